in vec2 spot;
out vec4 light;
uniform sampler2D wide;
void main() { light = texture(wide, spot * 0.5 + 0.5); }
