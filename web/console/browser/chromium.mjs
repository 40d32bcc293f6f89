import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'

const root = resolve(import.meta.dirname, '../../..')
const shots = join(root, '.artifacts')
const pictures = join(root, 'docs/pictures')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// Nothing but the pages of the test may be asked for: the browser's own
// business with the outside is switched off.
const quiet = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
]

/** Starts Chromium with an empty profile; `open` gives a page in a context of its own. */
export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'wegweiser-chromium-'))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet,
    env: { ...process.env, HOME: profile },
  })
  return {
    async open({ locale = 'en', scheme = 'light', width = 1280, height = 800 } = {}) {
      const context = await browser.newContext({
        locale, colorScheme: scheme, viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'Europe/Vienna', bypassCSP: false,
      })
      const page = await context.newPage()
      page.faults = []
      page.on('pageerror', (error) => page.faults.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) page.faults.push(message.text())
      })
      page.setDefaultTimeout(20_000)
      return page
    },
    async close() {
      await browser.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/**
 * Writes .artifacts/<name>.png of a page or a part of it; with UPDATE set, the
 * guide's picture of that name too.
 */
export async function shoot(what, name, { guide = false, ...options } = {}) {
  mkdirSync(shots, { recursive: true })
  const path = join(shots, `${name}.png`)
  await what.screenshot({ path, animations: 'disabled', caret: 'hide', ...options })
  if (guide && process.env.UPDATE) {
    mkdirSync(pictures, { recursive: true })
    copyFileSync(path, join(pictures, `${name}.png`))
  }
}

/** Fails where axe finds a serious or critical fault on the page as it is. */
export async function accessible(page, where) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((n) => n.html).join(' ')}`)
  assert.deepEqual(grave, [], `axe on ${where}`)
}

/** Fails where the page threw, or wrote an error, a broken policy among them. */
export function faultless(page) {
  assert.deepEqual(page.faults, [])
}
