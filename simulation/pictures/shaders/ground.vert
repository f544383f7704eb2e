in vec3 position;
in vec3 normal;
uniform mat4 clip_from_points;
#ifdef COLOUR
out vec3 at;
out vec3 facing;
#else
flat out float row;
#endif
void main() {
    gl_Position = clip_from_points * vec4(position, 1.0);
#ifdef COLOUR
    at = position;
    facing = normal;
#else
    row = 0.0;
#endif
}
