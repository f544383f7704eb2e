in vec2 on_card;
#ifdef COLOUR
in vec3 at;
in vec3 facing;
in float shade;
flat in vec3 dye;
out vec4 light;
#elif defined(ROWS)
out float seen;
#endif
uniform sampler2D leaves;

void main() {
    vec4 look = texture(leaves, on_card);
    if (look.a < 0.45) discard;
#ifdef COLOUR
    vec3 n = normalize(facing);
    float distance_m = length(eye.xyz - at);
    float lit = sunlit(at, n);
    vec3 own = look.rgb * look.rgb * dye;
    // Leaves let light through: the side away from the sun is not black.
    float through = max(0.35 - 0.65 * dot(n, sun.xyz), 0.0) * 0.35;
    vec3 colour = own * (diffuse_light(at, n, lit, shade, at.z) * mix(0.55, 1.0, shade) + sun_light.rgb * through * lit);
    light = vec4(through_fog(colour, distance_m), 0.0);
#elif defined(ROWS)
    seen = 0.0;
#endif
}
