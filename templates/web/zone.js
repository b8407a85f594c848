// Writes the browser's own time zone into forms that ask for one; without scripts the brief's zone stands there.
for (const field of document.querySelectorAll("input[data-guess-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && field.value === field.defaultValue) field.value = zone;
}
