// What the environment tells the page. Empty here; where the site is served, the host generates this file.
globalThis.__ENV__ = {}
