// What every pass of one frame shares: light, weather and the maps around the camera.
layout(std140) uniform Frame {
    mat4 clip_from_site;
    mat4 shadow_from_site;  // to 0..1 of the shadow map
    vec4 eye;               // site metres; w: seconds
    vec4 sun;               // direction towards it; w: half a texel of the shadow map in metres
    vec4 sun_light;         // irradiance; w: glare
    vec4 zenith;            // sky light from above; w: cloud
    vec4 horizon;           // sky light from the sides; w: wetness
    vec4 fog;               // its colour; w: extinction per metre
    vec4 bounce;            // light from below; w: darkness
    vec4 near_map;          // south-west corner of the maps around the camera, 1 / extent
    vec4 lamp_map;          // the same of the street lamps' map
};
uniform sampler2DShadow shadow_map;
uniform sampler2D noise_map;     // four independent noises, 256 px
uniform sampler2D near_shade;    // how much sky the vehicles above the ground leave
uniform sampler2D near_light;    // headlights: flux x, y; on level ground; red light
uniform sampler2D lamp_light;    // street lamps: flux x, y, z towards the lamps; scattered

// How much of the sun reaches a point.
float sunlit(vec3 point, vec3 normal) {
#ifdef SUN
    vec3 place = (shadow_from_site * vec4(point + normal * sun.w * 3.0, 1.0)).xyz;
    return texture(shadow_map, place);  // one look-up, filtered over 2 x 2: more cost too much in software
#else
    return 0.0;
#endif
}

vec3 sky_light(float up) {
    return mix(horizon.rgb, zenith.rgb, sqrt(clamp(up, 0.0, 1.0)));
}

// Light of lamps and headlights at a height above the ground.
vec3 lamp_shine(vec3 point, vec3 normal, float height) {
#ifdef NIGHT
    vec4 lamp = texture(lamp_light, (point.xy - lamp_map.xy) * lamp_map.zw);
    vec4 head = texture(near_light, (point.xy - near_map.xy) * near_map.zw);
    float fade = clamp(1.35 - height * 0.13, 0.0, 1.0);
    float low_beam = clamp(1.9 - height, 0.12, 1.0) * clamp(2.5 - height * 0.25, 0.0, 1.0);
    float orange = (max(dot(normal, lamp.xyz), 0.0) + lamp.w) * fade;
    float white = max(-dot(normal.xy, head.xy), 0.0) * low_beam + max(normal.z, 0.0) * head.z;
    return orange * vec3(1.0, 0.70, 0.42) + white * vec3(1.0, 0.96, 0.88) + head.w * vec3(1.0, 0.06, 0.03) * low_beam;
#else
    return vec3(0.0);
#endif
}

// Light that reaches a surface, specular parts left out.
vec3 diffuse_light(vec3 point, vec3 normal, float lit, float open_sky, float height) {
    vec3 around = mix(bounce.rgb, mix(horizon.rgb, zenith.rgb, 0.45), normal.z * 0.5 + 0.5);
    return around * open_sky + sun_light.rgb * (max(dot(normal, sun.xyz), 0.0) * lit) + lamp_shine(point, normal, height);
}

// What a smooth surface mirrors: sky, ground and the sun's highlight.
vec3 mirrored(vec3 normal, vec3 view, float gloss, float reflectance, float lit, float open_sky) {
    float facing = max(dot(normal, view), 0.0);
    float rest = 1.0 - facing;
    float fresnel = reflectance + (1.0 - reflectance) * rest * rest * rest * rest * rest;
    vec3 way = reflect(-view, normal);
    vec3 seen = mix(bounce.rgb, sky_light(way.z), smoothstep(-0.12, 0.22, way.z));
    float peak = max(dot(way, sun.xyz), 0.0);
    peak *= peak; peak *= peak; peak *= peak; peak *= peak;   // to the 16th
    float sharp = peak * peak; sharp *= sharp; sharp *= sharp; sharp *= sharp;   // to the 256th
    vec3 highlight = sun_light.rgb * lit * mix(peak * 0.5, sharp * 14.0, gloss * gloss);
    return (seen * open_sky * gloss + highlight * gloss) * fresnel;
}

vec3 through_fog(vec3 colour, float distance_m) {
    return mix(fog.rgb, colour, exp(-distance_m * fog.w));
}
