in vec3 position;
in vec2 corner;
in vec3 glow;
uniform mat4 clip_from_points;
out vec2 spot;
flat out vec3 colour;
void main() {
    spot = corner;
    colour = glow;
    gl_Position = clip_from_points * vec4(position, 1.0);
}
