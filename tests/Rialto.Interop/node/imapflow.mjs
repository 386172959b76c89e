// A day of a mailbox by imapflow: node imapflow.mjs PORT. Says what it saw, a line a step.
import { createRequire } from 'node:module';
import path from 'node:path';
const { ImapFlow } = createRequire(path.join(process.env.RIALTO_NODE, 'x.js'))('imapflow');

const account = { host: '127.0.0.1', port: +process.argv[2], secure: false, doSTARTTLS: false, auth: { user: 'user1@example.com', pass: 'demo-password' }, logger: false };
const folder = 'Flow/Gr\u00fc\u00dfe & mehr';
const client = new ImapFlow(account);
await client.connect();
console.log('enabled', [...client.enabled].sort().join(' '));
await client.mailboxCreate(folder);
for (let i = 0; i < 5; i++) {
    await client.append(folder, `From: a@example.com\r\nSubject: Nr ${i}\r\nMessage-ID: <${i}@x>\r\n\r\n${'body '.repeat(5000)}\r\n`, ['\\Seen']);
}
let lock = await client.getMailboxLock(folder);
try {
    console.log('exists', client.mailbox.exists, client.mailbox.highestModseq > 0n);
    const subjects = [];
    for await (const message of client.fetch('1:*', { envelope: true, flags: true, uid: true, emailId: true, bodyStructure: true, size: true })) {
        subjects.push(`${message.seq}/${message.uid} ${message.envelope.subject} ${[...message.flags]}`);
    }
    console.log(subjects.join(', '));
    let bytes = 0;
    for await (const chunk of (await client.download('3')).content) bytes += chunk.length;
    console.log('bytes', bytes);
    console.log('found', await client.search({ subject: 'Nr 2' }), await client.search({ from: 'a@example' }, { uid: true }));
    console.log('flags', await client.messageFlagsAdd('1:2', ['\\Flagged', 'Label']));
    console.log('moved', [...(await client.messageMove('1', 'Drafts')).uidMap.keys()]);
    console.log('deleted', await client.messageDelete('1:*'));
} finally {
    lock.release();
}
const idle = new Promise(resolve => client.on('exists', resolve));
lock = await client.getMailboxLock('INBOX');
client.idle();
const other = new ImapFlow({ ...account, disableCompression: true });
await other.connect();
await other.append('INBOX', 'Subject: idle\r\n\r\nx\r\n');
await other.logout();
const event = await idle;
console.log('told', event.count - event.prevCount);
lock.release();
await client.mailboxDelete(folder);
await client.logout();
console.log('done');
