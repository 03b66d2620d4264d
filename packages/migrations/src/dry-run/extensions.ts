import type { Extension, Extensions } from '@electric-sql/pglite'

/**
 * The extensions that scripts ask for, as far as PGlite has them; the others by name.
 *
 * @example await extensionsFor(['create extension if not exists "uuid-ossp"'])
 */
export async function extensionsFor(scripts: readonly string[]): Promise<{ found: Extensions; missing: string[] }> {
  const asked = new Set(
    scripts.flatMap(sql =>
      [...sql.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map(([, name = '']) =>
        name.toLowerCase(),
      ),
    ),
  )
  asked.delete('plpgsql')
  const found: Extensions = {}
  const missing: string[] = []
  for (const name of asked) {
    const extension = await load(name)
    if (extension) found[name.replaceAll('-', '_')] = extension
    else missing.push(name)
  }
  return { found, missing }
}

async function load(name: string): Promise<Extension | null> {
  const exported = name.replaceAll('-', '_')
  const place = name === 'vector' ? 'vector' : `contrib/${exported}`
  try {
    const specifier = `@electric-sql/pglite/${place}`
    const module: Record<string, unknown> = await import(specifier)
    return isExtension(module[exported]) ? module[exported] : null
  } catch {
    // PGlite ships no such module: its packages are the list.
    return null
  }
}

const isExtension = (value: unknown): value is Extension =>
  typeof value === 'object' && value !== null && 'setup' in value
