in vec3 position;
in vec3 normal;
in vec3 facade;       // u, v and layer of the facade textures
in vec4 tint;         // w: seed, 0..1
uniform mat4 clip_from_points;
#ifdef COLOUR
out vec3 at;
out vec3 on_facade;
flat out vec3 facing;
flat out vec4 dye;
#else
flat out float row;
#endif
void main() {
    gl_Position = clip_from_points * vec4(position, 1.0);
#ifdef COLOUR
    at = position;
    facing = normal;
    on_facade = facade;
    dye = tint;
#else
    row = 0.0;
#endif
}
