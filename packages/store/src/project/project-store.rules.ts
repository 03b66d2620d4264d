import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const createdAt = '2026-03-01T08:00:00.000Z'

export const projectRules: Rules = {
  'numbers projects from 1 and answers the stored one when the name is known': async current => {
    const { projects } = current.store
    const shop = await projects.ensure({ name: 'shop', createdAt })
    const again = await projects.ensure({ name: 'shop', createdAt })
    const blog = await projects.ensure({ name: 'blog', createdAt })
    expect(shop).toEqual({
      name: 'shop',
      title: 'shop',
      number: 1,
      config: null,
      configSha: null,
      createdAt,
      archivedAt: null,
    })
    expect(again).toEqual(shop)
    expect(blog.number).toBe(2)
    expect(await projects.list()).toEqual([shop, blog])
    expect(await projects.byNumber(2)).toEqual(blog)
  },

  'gives two projects made at once two numbers': async current => {
    const names = Array.from({ length: 8 }, (_, index) => `at-once-${index % 6}`)
    const made = await Promise.all(names.map(name => current.store.projects.ensure({ name, createdAt })))
    expect(new Set(made.map(project => project.number)).size).toBe(6)
  },

  'calls it by another title, and archives it and takes it up again, under the name it has for good': async current => {
    const { projects } = current.store
    await projects.ensure({ name: 'stable', createdAt })
    await projects.rename('stable', 'The Stable')
    await projects.archive('stable', createdAt)
    expect(await projects.get('stable')).toMatchObject({ title: 'The Stable', archivedAt: createdAt })
    expect(await projects.get('The Stable')).toBeNull()
    await projects.archive('stable', null)
    expect(await projects.ensure({ name: 'stable', createdAt })).toMatchObject({
      title: 'The Stable',
      archivedAt: null,
    })
    expect((await projects.get('shop'))?.title).toBe('shop')
  },

  'answers null for a project nobody made': async current => {
    expect(await current.store.projects.get('nobody')).toBeNull()
    expect(await current.store.projects.byNumber(999)).toBeNull()
  },

  'keeps the config and the commit it was read from': async current => {
    const { projects } = current.store
    await projects.ensure({ name: 'configured', createdAt })
    const config = { project: 'configured', services: {}, environments: {}, monitors: {}, alerts: {}, routes: [] }
    await projects.saveConfig('configured', config as never, 'abc')
    expect(await projects.get('configured')).toMatchObject({ config, configSha: 'abc' })
  },

  'keeps any JSON as a setting, and null for one never saved': async current => {
    const { projects } = current.store
    for (const value of [41, 'text', ['a', 1], { deep: [null] }, true, null]) {
      await projects.saveSetting('shop', 'port', value)
      expect(await projects.setting('shop', 'port')).toEqual(value)
    }
    expect(await projects.setting('shop', 'other')).toBeNull()
  },

  'takes names as text, never as SQL': async current => {
    const name = `'; drop table gantry.projects; -- "$$ \\`
    await current.store.projects.ensure({ name, createdAt })
    expect((await current.store.projects.get(name))?.name).toBe(name)
  },
}
