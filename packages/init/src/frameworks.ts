import type { Framework, Side } from './repository.ts'

/** Dependency to what it makes of a package; the first that is there wins. */
const byDependency: readonly (readonly [string, string, Side])[] = [
  ['next', 'Next.js', 'front-end'],
  ['nuxt', 'Nuxt', 'front-end'],
  ['astro', 'Astro', 'front-end'],
  ['@sveltejs/kit', 'SvelteKit', 'front-end'],
  ['@remix-run/dev', 'Remix', 'front-end'],
  ['@react-router/dev', 'React Router', 'front-end'],
  ['@tanstack/react-start', 'TanStack Start', 'front-end'],
  ['@solidjs/start', 'SolidStart', 'front-end'],
  ['gatsby', 'Gatsby', 'front-end'],
  ['@angular/core', 'Angular', 'front-end'],
  ['react-scripts', 'Create React App', 'front-end'],
  ['expo', 'Expo', 'front-end'],
  ['@nestjs/core', 'NestJS', 'back-end'],
  ['fastify', 'Fastify', 'back-end'],
  ['express', 'Express', 'back-end'],
  ['hono', 'Hono', 'back-end'],
  ['koa', 'Koa', 'back-end'],
  ['@hapi/hapi', 'hapi', 'back-end'],
  ['@adonisjs/core', 'AdonisJS', 'back-end'],
  ['h3', 'h3', 'back-end'],
  ['elysia', 'Elysia', 'back-end'],
]

/** What a package is built with, or nothing for a library. Vite counts only where there is a page to build. */
export function frameworkOf(
  dependencies: ReadonlyMap<string, string>,
  scripts: Readonly<Record<string, string>>,
  hasPage: boolean,
): Framework | undefined {
  const found = byDependency.find(([dependency]) => dependencies.has(dependency))
  if (dependencies.has('vite') && hasPage && found?.[2] !== 'front-end') return { name: 'Vite', side: 'front-end' }
  if (found !== undefined) return { name: found[1], side: found[2] }
  if (/\bnode\b.*\bserver\b/.test(scripts['start'] ?? '')) return { name: 'Node', side: 'back-end' }
  return undefined
}
