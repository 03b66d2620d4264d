import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { tempFolder, writeFiles } from './test-machine.ts'

/** An npm registry on this machine with these packages, each with the files of every version. */
export async function testRegistry(
  packages: Record<string, Record<string, Record<string, string>>>,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const tarballs = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    asked.push(path)
    const tarball = tarballs.get(path)
    const versions = packages[path]
    if (tarball !== undefined) response.end(tarball)
    else if (versions !== undefined) response.end(JSON.stringify(describePackage(url, path, versions, tarballs)))
    else response.writeHead(404).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  return { url, asked }
}

function describePackage(
  url: string,
  name: string,
  versions: Record<string, Record<string, string>>,
  tarballs: Map<string, Buffer>,
): object {
  const described = Object.entries(versions).map(([version, files]) => {
    const path = `${name}/-/${name}-${version}.tgz`
    const manifest = JSON.parse(files['package.json'] ?? '{}')
    const tarball =
      tarballs.get(path) ?? pack({ ...files, 'package.json': JSON.stringify({ ...manifest, name, version }) })
    tarballs.set(path, tarball)
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    return [version, { ...manifest, name, version, dist: { tarball: url + path, integrity } }]
  })
  return { name, 'dist-tags': { latest: Object.keys(versions).at(-1) }, versions: Object.fromEntries(described) }
}

function pack(files: Record<string, string>): Buffer {
  const folder = tempFolder()
  writeFiles(join(folder, 'package'), files)
  execFileSync('chmod', ['-R', '+x', folder])
  return execFileSync('tar', ['-czf', '-', '-C', folder, 'package'])
}
