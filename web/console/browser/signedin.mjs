import { admins } from './server.mjs'

/** Opens the console and signs Anna in, the way she does it. */
export async function signedIn(browser, server, look) {
  const page = await browser.open(look)
  await page.goto(`${server.url}/console/`)
  await page.locator('input').first().fill(admins.anna)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('main:not(.signin)').waitFor()
  return page
}

/** Goes to a page by the navigation. */
export async function turnTo(page, name) {
  await page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}`) }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}
