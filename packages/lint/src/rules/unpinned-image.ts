import { fieldsOf, textOf, type Value, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const unpinnedImage = defineRule({
  id: 'unpinned-image',
  area: 'security',
  severity: 'note',
  summary: 'A container or a service whose image has no version.',
  why: 'The newest one today is another one tomorrow: a test fails, or passes, without a commit.',
  fix: 'Write a version, or better a digest: `postgres:17.6@sha256:…`.',
  bad: [
    `
jobs:
  test:
    runs-on: ubuntu-latest
    container: node # ✗
    services:
      postgres:
        image: postgres:latest # ✗
    steps: [{ run: pnpm test }]`,
  ],
  good: [
    `
jobs:
  test:
    runs-on: ubuntu-latest
    container: { image: "node:24" }
    services:
      postgres:
        image: localhost:5000/postgres:17
      own:
        image: \${{ vars.IMAGE }}
    steps: [{ run: pnpm test }]`,
  ],
  check: file =>
    file.jobs
      .flatMap(({ value }) => [
        imageOf(valueAt(value, 'container')),
        ...fieldsOf(valueAt(value, 'services')).map(service => imageOf(service.value)),
      ])
      .flatMap(image => {
        const text = textOf(image)
        if (image === undefined || text === '' || text.includes('${{') || isVersioned(text)) return []
        return [{ at: image, message: `expected an image with a version, got "${text}"` }]
      }),
})

const imageOf = (container: Value | undefined): Value | undefined =>
  container?.kind === 'map' ? valueAt(container, 'image') : container

/** A `:` before the last `/` is the port of a registry. */
const isVersioned = (image: string): boolean => /@sha256:/.test(image) || /:(?!latest$)[^/:]+$/.test(image)
