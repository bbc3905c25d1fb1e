// The description of the API, drawn by Swagger UI from our own schema; requests go out with the session of this page.
const place = document.getElementById("swagger-ui");
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

window.SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = cookie("csrftoken");
    return request;
  },
});
