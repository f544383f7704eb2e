in vec2 spot;
flat in vec3 colour;
out vec4 light;
void main() {
    vec2 fall = vec2(spot.x * spot.x * 3.0, spot.y * spot.y * 3.5);
    float edge = clamp(1.0 - dot(spot, spot), 0.0, 1.0);
    edge *= edge;
    light = vec4(colour * exp(-fall.x - fall.y) * edge, 0.0);
}
