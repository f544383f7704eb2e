in vec3 at;
in vec4 own;
out vec4 light;
void main() {
    float distance_m = length(eye.xyz - at);
    vec4 grain = texture(noise_map, vec2(at.x + at.y, at.z * 1.7) * 0.011);
    vec3 around = mix(horizon.rgb, zenith.rgb, 0.5) * 0.62 + sun_light.rgb * 0.22;
    vec3 colour = own.rgb * (0.65 + 0.7 * grain.x) * around;
#ifdef NIGHT
    colour += vec3(1.0, 0.72, 0.42) * (own.w * bounce.w * 0.30 * smoothstep(0.74, 0.80, texture(noise_map, vec2(at.x + at.y, at.z * 2.0) * 0.05).w));
#endif
    light = vec4(through_fog(colour, distance_m), 0.0);
}
