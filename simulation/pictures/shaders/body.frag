in vec3 at;
in vec3 facing;
in vec3 in_body;
flat in vec4 albedo;
flat in vec4 emission;
flat in vec4 trait;
out vec4 light;

void main() {
    vec3 to_eye = eye.xyz - at;
    float distance_m = length(to_eye);
    vec3 view = to_eye / distance_m;
    vec3 n = normalize(facing);
    n = dot(n, view) < 0.0 ? -n : n;
    float height = at.z - trait.y;
    vec4 grain = texture(noise_map, in_body.xz * 0.55 + in_body.yy * 0.31 + trait.zz);
    // Road dirt climbs up the sides; cloth and bark are uneven.
    float dirt = trait.x * clamp(1.0 - height * 0.9, 0.0, 1.0) * (0.4 + grain.x);
    vec3 own = albedo.rgb * mix(1.06, 0.80 + 0.40 * grain.y, clamp(1.0 - albedo.w * 1.4, 0.0, 1.0));
    own = mix(own, vec3(0.16, 0.14, 0.12), clamp(dirt, 0.0, 0.85));
    float gloss = albedo.w * (1.0 - 0.7 * clamp(dirt, 0.0, 1.0));
    float lit = sunlit(at, n);
    float open_sky = mix(0.35, 1.0, clamp(height * 1.1 + 0.15 + n.z * 0.4, 0.0, 1.0));
    vec3 colour = own * diffuse_light(at, n, lit, open_sky, height);
    colour += mirrored(n, view, gloss, emission.w, lit, open_sky);
    float towards = dot(n, view);
    colour += emission.rgb * (0.25 + 0.75 * towards * towards);
    light = vec4(through_fog(colour, distance_m), 0.0);
}
