import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './command.ts'

/**
 * Routes of the dashboard on Vercel, in its Build Output API's words: the API stays on the same origin, so that the session
 * cookie is first-party; hashed assets never expire; an unknown address is a page of the dashboard.
 * The assets are the ones the release was built with. Only this file differs between environments.
 */
export function vercelConfig(apiUrl: string): object {
  const origin = new URL(apiUrl).origin
  const passed = ['/api/(.*)', '/sign-in', '/healthz']
  return {
    version: 3,
    routes: [
      ...passed.map(src => ({ src: `^${src}$`, dest: `${origin}${src.replace('(.*)', '$1')}` })),
      { src: '^/assets/(.*)$', headers: { 'cache-control': 'public, max-age=31536000, immutable' }, continue: true },
      { handle: 'filesystem' },
      { src: '^/assets/(.*)$', status: 404 },
      { src: '^/(.*)$', dest: '/index.html' },
    ],
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dist, apiUrl] = process.argv.slice(2)
  if (!dist || !apiUrl) throw new Error('expected the folder of the built dashboard and the address of the API')
  const output = join(root, '.vercel', 'output')
  await rm(output, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  // Vercel packs what it sends by itself.
  await cp(dist, join(output, 'static'), { recursive: true, filter: path => !/\.(?:br|gz)$/.test(path) })
  await writeFile(join(output, 'config.json'), JSON.stringify(vercelConfig(apiUrl), null, 2))
  console.log(`${output}: the dashboard of ${dist}, its API at ${new URL(apiUrl).origin}`)
}
