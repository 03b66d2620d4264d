import { type Alias, type Document, type Node, visit } from 'yaml'

export interface Anchors {
  /** What each alias means: the last anchor of its name before it. */
  targets: ReadonlyMap<Alias, Node>
  /** How many nodes the file itself has. */
  nodes: number
}

/** All at once: asked one by one, each alias would search the whole file. */
export function anchorsIn(document: Document.Parsed): Anchors {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  let nodes = 0
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source)
      if (target !== undefined) targets.set(alias, target)
    },
    Value(_, node) {
      nodes += 1
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  return { targets, nodes }
}
