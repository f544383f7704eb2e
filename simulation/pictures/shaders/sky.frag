in vec2 spot;
out vec4 light;
uniform mat3 site_from_spot;

void main() {
    vec3 way = normalize(site_from_spot * vec3(spot, 1.0));
    float up = clamp(way.z, 0.0, 1.0);
    vec3 colour = mix(horizon.rgb, zenith.rgb, pow(up, 0.42));
    vec2 plane = way.xy / (up + 0.16);
    vec4 wide = texture(noise_map, plane * 0.045 + eye.w * 0.0004);
    vec4 fine = texture(noise_map, plane * 0.17 + 0.3);
    float cover = wide.x * 0.55 + wide.y * 0.2 + fine.x * 0.25;
    float cloud = smoothstep(0.62 - 0.34 * zenith.w, 0.72 + 0.05 * zenith.w, cover) * smoothstep(0.0, 0.12, up);
    float towards = max(dot(way, sun.xyz), 0.0);
    vec3 white = mix(horizon.rgb, zenith.rgb, 0.2) * (1.05 + 0.35 * (fine.y - 0.5)) + sun_light.rgb * (0.10 + 0.25 * pow(towards, 8.0));
    colour = mix(colour, white, cloud * 0.85);
    float glow = pow(towards, 24.0) * 0.22 + pow(towards, 220.0) * 1.2;
    float disc = smoothstep(0.99993, 0.99997, towards) * 60.0;
    colour += sun_light.rgb * (glow + disc * (1.0 - 0.9 * cloud));
    float haze = clamp(fog.w * 220.0, 0.0, 1.0) * exp(-up * 5.0) + clamp(fog.w * 45.0 - 0.35, 0.0, 1.0);
    light = vec4(mix(colour, fog.rgb, clamp(haze, 0.0, 1.0)), 0.0);
}
