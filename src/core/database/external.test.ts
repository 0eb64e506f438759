import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { freshDatabase, testDatabase } from '../../../test/harness.ts'
import { connectExternal, parseUrl } from './external.ts'
import { connectOnce } from './roles.ts'

/** A new database of the test server and a URL to it as the given user. */
const emptyDatabase = async (user = 'postgres') => {
  const { superuser } = await testDatabase()
  const name = `fresh_${randomUUID().replaceAll('-', '')}`
  const sql = connectOnce({ ...superuser, database: 'postgres' })
  await sql`create database ${sql(name)}`
  await sql.end()
  return {
    superuser: { ...superuser, database: name },
    url: `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(superuser.host)}`,
  }
}

test('an empty database is taken, given its roles, and taken again', async () => {
  const { url } = await emptyDatabase()
  await connectExternal({ url })
  const address = await connectExternal({ url })
  const sql = connectOnce(address, 'entrepot_app')
  await assert.rejects(sql`create table mine (n int)`, { code: '42501' })
  await assert.rejects(sql`create temporary table mine (n int)`, { code: '42501' })
  await sql.end()
})

test('a request cannot leave its role: the built-in database signs it in as the app role itself', async () => {
  const { app } = await testDatabase()
  const sql = connectOnce(app)
  await assert.rejects(sql`set role entrepot_owner`, { code: '42501' })
  await sql`reset role`
  assert.equal((await sql`select current_user as me`)[0]?.me, 'entrepot_app')
  await assert.rejects(sql`create table mine (n int)`, { code: '42501' })
  await sql.end()
})

test('a database that holds something else is refused and what it holds is named', async () => {
  const { url, superuser } = await emptyDatabase()
  const sql = connectOnce(superuser)
  await sql`create table customers_of_somebody (n int)`
  await sql.end()
  await assert.rejects(connectExternal({ url }), /holds something else \(public\.customers_of_somebody\)/)
})

test('our own database is taken although it is full of tables', async () => {
  const { superuser } = await freshDatabase()
  await connectExternal({
    url: `postgresql://postgres@localhost/${superuser.database}?host=${encodeURIComponent(superuser.host)}`,
  })
})

test('a user who may not make roles is told which SQL the administrator must run', async () => {
  const { superuser } = await testDatabase()
  const user = `guest_${randomUUID().slice(0, 8)}`
  const sql = connectOnce(superuser)
  await sql`create role ${sql(user)} login`
  await sql.end()
  const { url } = await emptyDatabase(user)
  await assert.rejects(
    connectExternal({ url }),
    (error: Error) =>
      /may not set up roles/.test(error.message) && /create role entrepot_app nologin/.test(error.message),
  )
})

test('an unreachable server is named without its password', async () => {
  await assert.rejects(
    connectExternal({ url: 'postgresql://me:hunter2@127.0.0.1:1/shop' }),
    (error: Error) =>
      /cannot connect to the database me@127\.0\.0\.1:1\/shop: .*ECONNREFUSED/.test(error.message) &&
      !error.message.includes('hunter2'),
  )
})

test('a remote database is reached over checked TLS unless plain text was asked for by name', () => {
  const url = 'postgresql://me:secret@db.example.com/shop'
  assert.deepEqual(parseUrl({ url }).ssl, { rejectUnauthorized: true, servername: 'db.example.com' })
  assert.deepEqual(parseUrl({ url: `${url}?sslmode=require`, ca: 'PEM' }).ssl, {
    rejectUnauthorized: true,
    ca: 'PEM',
    servername: 'db.example.com',
  })
  assert.throws(() => parseUrl({ url: `${url}?sslmode=disable` }), /without TLS.*DATABASE_ALLOW_PLAINTEXT=1/)
  assert.equal(parseUrl({ url: `${url}?sslmode=disable`, allowPlaintext: true }).ssl, false)
  assert.equal(parseUrl({ url: 'postgresql://me@localhost/shop' }).ssl, false)
  assert.equal(parseUrl({ url: 'postgresql://me@10.1.2.3:6000/shop' }).port, 6000)
  assert.throws(() => parseUrl({ url: 'mysql://me@localhost/shop' }), /only postgresql/)
  assert.throws(() => parseUrl({ url: 'shop' }), /not a URL/)
})
