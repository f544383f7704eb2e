in vec2 corner;
in vec2 local;
in vec3 trait;   // half length, half width, depth
out vec2 spot;
flat out vec3 body;
void main() {
    spot = local;
    body = trait;
    gl_Position = vec4(corner, 0.0, 1.0);
}
