in vec3 position;
in vec3 normal;
in vec2 kind;         // material, joint
in vec4 row_x;        // rows of site_from_body
in vec4 row_y;
in vec4 row_z;
in vec4 colour_1;     // w: row of the actors plus one
in vec4 colour_2;     // w: dirt
in vec4 colour_3;     // w: height of the ground
in vec4 colour_4;     // w: seed, 0..1
in vec4 pose;         // left thigh, left knee, right thigh, right knee
in vec4 pivots;       // hip x, z; knee x, z
in vec4 pivots_2;     // shoulder x, z
in vec4 lamps;        // strength of four lamps

uniform mat4 clip_from_points;
uniform vec4 albedo_table[37];
uniform vec4 emission_table[37];

#ifdef COLOUR
out vec3 at;
out vec3 facing;
out vec3 in_body;
flat out vec4 albedo;      // w: gloss
flat out vec4 emission;    // w: reflectance
flat out vec4 trait;       // dirt, ground height, seed, material
#else
flat out float row;
#endif

vec3 turned(vec3 p, vec2 axis, float angle) {
    float c = cos(angle), s = sin(angle);
    vec2 q = p.xz - axis;
    return vec3(axis.x + c * q.x - s * q.y, p.y, axis.y + s * q.x + c * q.y);
}

void main() {
    vec3 p = position;
    int joint = int(kind.y + 0.5);
    if (joint > 0) {
        bool left = (joint & 1) == 1;
        vec2 leg = left ? pose.xy : pose.zw;
        if (joint > 4) p = turned(p, pivots_2.xy, left ? pose.z : pose.x);
        else {
            if (joint > 2) p = turned(p, pivots.zw, leg.y);
            p = turned(p, pivots.xy, leg.x);
        }
    }
    vec4 q = vec4(p, 1.0);
    vec3 place = vec3(dot(row_x, q), dot(row_y, q), dot(row_z, q));
    gl_Position = clip_from_points * vec4(place, 1.0);
#ifdef COLOUR
    at = place;
    facing = vec3(dot(row_x.xyz, normal), dot(row_y.xyz, normal), dot(row_z.xyz, normal));
    in_body = position;
    int material = int(kind.x + 0.5);
    vec4 own = albedo_table[material];
    vec4 glow = emission_table[material];
    int code = int(glow.w);
    int slot = code & 7;
    int lamp = code >> 3;
    vec3 dye = slot == 1 ? colour_1.rgb : slot == 2 ? colour_2.rgb : slot == 3 ? colour_3.rgb : slot == 4 ? colour_4.rgb : vec3(1.0);
    float strength = lamp == 1 ? lamps.x : lamp == 2 ? lamps.y : lamp == 3 ? lamps.z : lamp == 4 ? lamps.w : 0.0;
    albedo = vec4(own.rgb * dye, own.w);
    emission = vec4(glow.rgb * strength, fract(glow.w));
    trait = vec4(colour_2.w, colour_3.w, colour_4.w, float(material));
#else
    row = colour_1.w;
#endif
}
