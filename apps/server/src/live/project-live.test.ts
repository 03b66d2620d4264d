import { expect, test } from 'vitest'
import { createLiveHub } from './live-hub.ts'
import { projectLive } from './project-live.ts'

test('whoever works on a project hears of its own changes, of the topics asked for, until the end', () => {
  const hub = createLiveHub(0)
  const [shop, blog] = [projectLive('shop', hub), projectLive('blog', hub)]
  let heard = 0
  const end = shop.onChange(['run', 'issue'], () => heard++)
  shop.tell({ topic: 'run', key: 'r' })
  shop.tell({ topic: 'issue', key: '1' })
  expect(heard).toBe(2)
  blog.tell({ topic: 'run', key: 'r' })
  shop.tell({ topic: 'log', key: '' })
  end()
  shop.tell({ topic: 'run', key: 'r' })
  expect(heard).toBe(2)
  expect(hub.listeners).toBe(0)
})

test('the version of some topics is another when one of them changed in the project, and only then', () => {
  const hub = createLiveHub(10)
  const [shop, blog] = [projectLive('shop', hub), projectLive('blog', hub)]
  const version = () => shop.version(['run', 'issue'])
  const seen = [version()]
  shop.tell({ topic: 'run', key: 'r' })
  seen.push(version())
  shop.tell({ topic: 'issue', key: '1' })
  seen.push(version())
  blog.tell({ topic: 'run', key: 'r' })
  shop.tell({ topic: 'log', key: '' })
  expect([...seen, version()]).toEqual([0, 11, 12, 12])
})
