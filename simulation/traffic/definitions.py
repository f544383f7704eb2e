"""From when to when each kind of event holds: the numbers behind the truth, the same for what is scripted and observed.

They are physical: what a witness with perfect eyes would say. A detector that waits to be sure reports later.
"""

SPEEDING_OVER_MPS = 3.0
"""Speeding: faster than the lane's limit by more than this (11 km/h)."""

SLOW_SHARE = 0.35
"""A slow vehicle: below this share of the lane's limit on a free road, but moving."""

STANDING_MPS = 0.15
"""What moves less stands."""

BRAKING_MPS2 = 5.5
"""Abrupt braking: slower by more than this each second; SUMO's drivers brake with at most 4.5."""

RISK_MPS2 = 5.0
"""Collision risk, and conflict with somebody on foot or a bicycle: going on like this they would meet, and only a
deceleration above this avoids it (deceleration rate to avoid a crash, DRAC)."""

NEAR_MISS_MPS2 = 7.0
"""Near miss: at its worst it takes full braking, as far as a dry road lets one brake. It begins and ends as the risk
does."""

HORIZON_S = 1.6
"""How far ahead two road users are followed to see whether they meet."""

QUEUE_VEHICLES, QUEUE_GAP_M, QUEUE_MPS, QUEUE_S = 8, 12.0, 1.5, 3.0
"""A queue: so many vehicles one behind the other in a lane, no further apart, all slower, for so long. What waits at
red in usual traffic is shorter and no event."""

CONGESTION_VEHICLES, CONGESTION_SHARE, CONGESTION_S = 8, 0.3, 15.0
"""Congestion: on one edge so many vehicles move, and on average at less than this share of the limit, for so long;
waiting at red is not moving."""

LOADING_LIMIT_S = 60.0
"""How long one may stand in a loading bay."""

U_TURN_RAD = 0.6
"""A U-turn begins when a vehicle has turned by so much, and ends when so much is left."""

STOPPED_S = 5.0
"""Who stands on a lane for so long, with no queue, signal or bus stop ahead as a reason, is a stopped vehicle."""
