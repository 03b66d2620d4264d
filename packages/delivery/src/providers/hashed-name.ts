/**
 * Paths whose last name has a hash of its content: it never means other content. Letters of both cases within a word, capitals
 * with digits, or hexadecimal: `apple-touch-icon.png` and `hero-1920x1080.jpg` are names of people, whose content changes.
 */
export const hashedName =
  /^\/(?:assets|_astro|static)\/(?:.*[^/])?[.-](?:(?=[A-Za-z0-9_-]*[a-z0-9_-][A-Z])[A-Za-z0-9_-]{8,}|(?=[A-Z][a-z_-]*[0-9])[A-Za-z0-9_-]{8,}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{8,})\.[a-z0-9]+$/
