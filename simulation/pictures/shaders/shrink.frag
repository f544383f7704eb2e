in vec2 spot;
out vec4 light;
uniform sampler2D wide;
#ifdef GLARE
uniform mat3 site_from_spot;
#endif

// Takes the supersampled picture down to size. The filters of a camera's sensor overlap: colours come out paler.
void main() {
    vec3 seen = texture(wide, spot * 0.5 + 0.5).rgb;
#ifdef GLARE
    // Light of the sun that glass and dust scatter over the picture, also from a sun just outside it.
    float towards = max(dot(normalize(site_from_spot * vec3(spot, 1.0)), sun.xyz), 0.0);
    towards *= towards;
    towards *= towards;
    seen += sun_light.rgb * (sun_light.w * (0.05 * towards + 0.16 * towards * towards * towards));
#endif
    light = vec4(mix(vec3(dot(seen, vec3(0.2126, 0.7152, 0.0722))), seen, 0.86), 1.0);
}
