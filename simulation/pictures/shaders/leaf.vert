in vec3 position;
in vec3 normal;
in vec2 card;
in vec4 place;        // where the tree stands; w: share of sky at its foot
in vec4 size;         // scale in x, y, z; w: seed, 0..1
in vec4 look;         // cosine and sine of its heading
uniform mat4 clip_from_points;
out vec2 on_card;
#ifdef COLOUR
out vec3 at;
out vec3 facing;
out float shade;
flat out vec3 dye;
#else
flat out float row;
#endif
void main() {
    vec3 p = position * size.xyz;
    p = vec3(look.x * p.x - look.y * p.y, look.y * p.x + look.x * p.y, p.z) + place.xyz;
    gl_Position = clip_from_points * vec4(p, 1.0);
    on_card = card;
#ifdef COLOUR
    at = p;
    facing = vec3(look.x * normal.x - look.y * normal.y, look.y * normal.x + look.x * normal.y, normal.z);
    shade = clamp(0.35 + 0.75 * length(position.xy) + 0.2 * normal.z, 0.3, 1.0);
    dye = mix(vec3(0.75, 0.88, 0.75), vec3(1.15, 1.05, 0.85), size.w) * (0.8 + 0.4 * fract(size.w * 7.31));
#else
    row = 0.0;
#endif
}
