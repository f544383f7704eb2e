"""``python -m simulation``: makes what stands in replay_data, sites and docs."""
