in vec3 at;
in vec3 facing;
out vec4 light;               // alpha: how well it mirrors lights
uniform sampler2D ground_map; // albedo (square root); alpha: 0 grass .. 1 smooth asphalt with puddles
uniform vec4 map_extent;      // south-west corner, 1 / extent

void main() {
    vec3 to_eye = eye.xyz - at;
    float distance_m = length(to_eye);
    vec3 view = to_eye / distance_m;
    vec2 place = (at.xy - map_extent.xy) * map_extent.zw;
    vec4 map = texture(ground_map, place);
    vec4 grain = texture(noise_map, at.xy * 0.37);
    vec4 fields = texture(noise_map, at.xy * 0.0013);
    float beyond = clamp((max(abs(place.x - 0.5), abs(place.y - 0.5)) - 0.497) * 300.0, 0.0, 1.0);
    vec3 meadow = mix(vec3(0.075, 0.095, 0.042), vec3(0.14, 0.13, 0.07), smoothstep(0.42, 0.58, fields.x)) * (0.7 + 0.6 * fields.y);
    vec3 own = mix(map.rgb * map.rgb, meadow, beyond);
    float paved = map.a * (1.0 - beyond);
    own *= 1.0 + (grain.w - 0.5) * mix(1.1, 0.6, paved) + (grain.y - 0.5) * 0.22;
    vec3 n = normalize(facing);
    float open_sky = texture(near_shade, (at.xy - near_map.xy) * near_map.zw).r;
    float lit = sunlit(at, n);
    float wet = horizon.w * smoothstep(0.0, 0.35, paved);
    float puddle = smoothstep(0.74, 0.84, paved + (grain.z - 0.5) * 0.06) * wet;
    own *= 1.0 - 0.45 * wet - 0.15 * puddle;
    vec3 colour = own * diffuse_light(at, n, lit, open_sky, 0.0);
    float mirror = 0.0;
#ifdef WET
    vec3 wavy = normalize(n + vec3(grain.zw - 0.5, 0.0) * mix(0.22, 0.03, puddle));
    float rest = 1.0 - max(dot(wavy, view), 0.0);
    float fresnel = 0.03 + 0.97 * rest * rest * rest * rest * rest;
    float film = wet * mix(0.42, 0.95, puddle);
    vec3 way = reflect(-view, wavy);
    colour += sky_light(way.z) * (fresnel * film * open_sky);
    mirror = (0.10 + fresnel) * film * (0.55 + 0.9 * grain.w);
#endif
    light = vec4(through_fog(colour, distance_m), mirror);
}
