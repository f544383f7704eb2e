in vec2 spot;
flat in vec3 body;
out float open_sky;
void main() {
    vec2 away = max(abs(spot) - body.xy * 0.86, 0.0);
    open_sky = 1.0 - body.z * exp(-dot(away, away) * 7.0);
}
