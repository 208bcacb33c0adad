// Shows the service's own description of its JSON door. No validator, no outside address.
const place = document.getElementById("swagger-ui");
window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
});
