in vec2 spot;
flat in vec4 beam;
out vec4 flux;
void main() {
    float d = max(spot.x, 0.05);
    float ends = smoothstep(beam.x + 0.6, beam.x - 0.6, d);
    if (dot(beam.yz, beam.yz) < 0.5) {
        float near = exp(-d * 0.9 - spot.y * spot.y * 0.55);
        flux = vec4(0.0, 0.0, 0.0, 0.16 * beam.w * near * ends);
    } else {
        float angle = spot.y / (d + 1.6);
        float lobe = exp(-angle * angle * 9.0) + 0.10 * exp(-angle * angle * 1.2);
        float fall = 1.0 / (1.0 + 0.012 * d * d);
        float strength = beam.w * lobe * ends * smoothstep(34.0, 22.0, d);
        // Level ground meets the light at a grazing angle; what stands in it meets it squarely.
        flux = vec4(beam.yz * strength * fall * 1.1, strength * fall * 0.85 * smoothstep(0.2, 3.5, d) / (1.0 + 0.045 * d), 0.0);
    }
}
