in vec3 position;
in vec4 colour;      // w: how much it is built up, so that lights shine there at night
uniform mat4 clip_from_points;
out vec3 at;
out vec4 own;
void main() {
    at = position;
    own = colour;
    gl_Position = clip_from_points * vec4(position, 1.0);
}
