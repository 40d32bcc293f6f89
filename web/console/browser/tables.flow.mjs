import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, faultless, launch, shoot } from './chromium.mjs'
import { admins, serve } from './server.mjs'
import { signedIn } from './signedin.mjs'

let server, browser
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()])
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Waits until what the server stores of a rule is as wanted. */
async function stored(page, id, wanted) {
  let row
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await server.call('GET', '/v1/config/rules', undefined, admins.anna)
    row = rows.find((one) => one.row.id === id)?.row
    if (wanted(row)) return
    await page.waitForTimeout(100)
  }
  assert.fail(`${id} is stored as ${JSON.stringify(row)}`)
}

/** Opens the rules with the cursor on a cell. */
async function at(page, row, column) {
  await page.goto(`${server.url}/console/#/tables/rules?row=${row}&column=${column}`)
  await page.getByRole('region', { name: `${row} ${column}` }).waitFor()
  await page.getByRole('grid').focus()
}

test('edit rows by keyboard', async () => {
  const page = await signedIn(browser, server)
  const press = (key) => page.keyboard.press(key)
  const rule = 'new-customers-hero'

  await at(page, rule, 'order')
  await page.keyboard.type('many')
  await press('Enter')
  await press('ArrowUp')
  await page.getByText('Not saved: 1', { exact: true }).waitFor()
  await page.keyboard.type('77')
  await press('Enter')
  await stored(page, rule, (row) => row.order === 77)
  await press('Control+z')
  await press('Control+z')
  await stored(page, rule, (row) => row.order === 50)

  await at(page, rule, 'phases')
  await press('F2')
  await page.keyboard.type('adv')
  await press('ArrowDown')
  await press('Enter')
  await page.keyboard.type('awareness,')
  await press('Tab')
  await stored(page, rule, (row) => row.phases.join() === 'retention,advocacy,awareness')
  await press('ArrowLeft')
  await press('Delete')
  await stored(page, rule, (row) => row.phases === undefined)

  await press('Control+Home')
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'pasted-1\t12\r\npasted-2\t13\r\n')
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await stored(page, 'pasted-2', (row) => row?.order === 13)
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await stored(page, 'pasted-2', (row) => row === undefined)
  faultless(page)
})

test('add, duplicate and delete a row', async () => {
  const page = await signedIn(browser, server)
  await at(page, 'discover-hero', 'order')
  await page.getByRole('button', { name: 'Add row' }).click()
  await page.keyboard.type('not an id')
  await page.keyboard.press('Enter')
  await page.getByText('At most 64 letters').waitFor()
  await accessible(page, 'the dialog of a new row')
  await page.getByRole('dialog').getByRole('combobox').fill('fresh')
  await page.keyboard.press('Enter')
  await stored(page, 'fresh', Boolean)

  await at(page, 'discover-hero', 'order')
  await page.getByRole('button', { name: 'Duplicate' }).click()
  await page.keyboard.press('Enter')
  await stored(page, 'discover-hero-2', (row) => row?.order === 80)
  await page.getByRole('region', { name: 'discover-hero-2 order' }).waitFor()
  await page.keyboard.press('Control+-')
  await stored(page, 'discover-hero-2', (row) => row === undefined)
  faultless(page)
})

test('choose between one’s own row and that of somebody else', async () => {
  const page = await signedIn(browser, server)
  await at(page, 'discover-offers', 'order')
  const { rows } = await server.call('GET', '/v1/config/rules', undefined, admins.ben)
  const { row } = rows.find((one) => one.row.id === 'discover-offers')
  await server.call('PUT', '/v1/config', { rows: [{ table: 'rules', version: '*', row: { ...row, note: 'of Ben' } }] }, admins.ben)

  await page.keyboard.type('8')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Somebody else changed discover-offers' }).waitFor()
  await accessible(page, 'the dialog of a conflict')
  await shoot(page, 'tables-conflict')
  await stored(page, 'discover-offers', (now) => now.order === row.order)
  await page.getByRole('button', { name: 'Keep all of mine' }).click()
  await stored(page, 'discover-offers', (now) => now.order === 8 && now.note === undefined)
  assert.equal(await page.getByRole('dialog').count(), 0)
})
