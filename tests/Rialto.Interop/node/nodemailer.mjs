// A message by nodemailer: node nodemailer.mjs PORT, with STARTTLS and a log-in.
import { createRequire } from 'node:module';
import path from 'node:path';
const nodemailer = createRequire(path.join(process.env.RIALTO_NODE, 'x.js'))('nodemailer');

const transport = nodemailer.createTransport({
    host: '127.0.0.1', port: +process.argv[2], requireTLS: true, tls: { rejectUnauthorized: false }, auth: { user: 'user1@example.com', pass: 'demo-password' },
});
const sent = await transport.sendMail({
    from: 'user1@example.com', to: ['user2@example.com'], subject: 'Gr\u00fc\u00dfe by nodemailer', text: 'plain text', html: '<p>formatted</p>',
    attachments: [{ filename: 'numbers.bin', content: Buffer.alloc(70000, 7) }],
});
console.log('accepted', sent.accepted.join(' '));
try {
    await transport.sendMail({ from: 'user2@example.com', to: 'user2@example.com', subject: 'not mine', text: 'x' });
    console.log('impersonated');
} catch (error) {
    console.log('refused', error.responseCode);
}
transport.close();
