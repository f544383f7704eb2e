in vec3 at;
in vec3 on_facade;
flat in vec3 facing;
flat in vec4 dye;
out vec4 light;
uniform sampler2DArray facades;   // albedo (square root); alpha: 0 wall, else glass and how dark it must be to be lit

void main() {
    vec3 to_eye = eye.xyz - at;
    float distance_m = length(to_eye);
    vec3 view = to_eye / distance_m;
    vec4 look = texture(facades, on_facade);
    float glass = smoothstep(0.15, 0.35, look.a);
    vec3 own = look.rgb * look.rgb * mix(dye.rgb, vec3(1.0), glass);
    vec4 grain = texture(noise_map, vec2(at.x + at.y, at.z) * 0.045 + dye.ww);
    own *= 0.84 + 0.32 * grain.x * (1.0 - glass);
    vec3 n = facing;
    float lit = sunlit(at, n);
    float open_sky = 0.9;
    vec3 colour = own * diffuse_light(at, n, lit, open_sky, at.z);
    vec3 wavy = normalize(n + vec3(grain.yz - 0.5, grain.w - 0.5) * 0.05);
    colour += mirrored(wavy, view, 0.9, 0.07, lit, 1.0) * glass;
#ifdef NIGHT
    float on = smoothstep(0.0, 0.04, bounce.w * 0.25 - (1.0 - look.a)) * glass;
    colour += on * vec3(1.0, 0.72, 0.40) * (0.25 + 0.55 * grain.z) * look.rgb * bounce.w;
#endif
    light = vec4(through_fog(colour, distance_m), 0.0);
}
