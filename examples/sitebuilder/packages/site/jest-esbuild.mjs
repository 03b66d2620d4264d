import { transformSync } from 'esbuild'

/** Strips the types and makes CommonJS for Jest; esbuild is in the tree already, Babel's presets are not. */
export default {
  process: (source, path) =>
    transformSync(source, { loader: 'ts', format: 'cjs', target: 'node22', sourcemap: 'inline', sourcefile: path }),
}
