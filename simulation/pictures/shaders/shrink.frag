in vec2 spot;
out vec4 light;
uniform sampler2D wide;

// Takes the supersampled picture down to size. The filters of a camera's sensor overlap: colours come out paler.
void main() {
    vec3 seen = texture(wide, spot * 0.5 + 0.5).rgb;
    light = vec4(mix(vec3(dot(seen, vec3(0.2126, 0.7152, 0.0722))), seen, 0.86), 1.0);
}
