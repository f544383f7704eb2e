in vec2 corner;
in vec2 local;
in vec4 trait;   // reach, heading, strength; no heading for a red patch
out vec2 spot;
flat out vec4 beam;
void main() {
    spot = local;
    beam = trait;
    gl_Position = vec4(corner, 0.0, 1.0);
}
