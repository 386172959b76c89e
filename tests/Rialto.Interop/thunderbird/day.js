// A day of a mailbox by Thunderbird: reads over IMAPS, marks, moves, sends with STARTTLS and keeps a copy. METHOD is one of nsMsgAuthMethod. Says what it saw, a line a step.
const [authority, imap, smtp, method, done] = arguments;
const { NetUtil } = ChromeUtils.importESModule("resource://gre/modules/NetUtil.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const log = [];
setTimeout(() => done([...log, "stuck"]), 90000);
(async () => {
  const pem = await IOUtils.readUTF8(authority);
  Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(pem.replace(/-----.*-----|\s/g, ""), "C,,");
  const server = MailServices.accounts.createIncomingServer("user1@example.com", "localhost", "imap");
  Object.assign(server, { port: +imap, socketType: Ci.nsMsgSocketType.SSL, authMethod: +method, password: "demo-password" });
  const outgoing = MailServices.outgoingServer.createServer("smtp").QueryInterface(Ci.nsISmtpServer);
  Object.assign(outgoing, { hostname: "localhost", port: +smtp, socketType: Ci.nsMsgSocketType.alwaysSTARTTLS, authMethod: +method, username: "user1@example.com", password: "demo-password" });
  const identity = MailServices.accounts.createIdentity();
  Object.assign(identity, { email: "user1@example.com", smtpServerKey: outgoing.key });
  const account = MailServices.accounts.createAccount();
  account.incomingServer = server;
  account.addIdentity(identity);

  const failure = code => new Error("0x" + code.toString(16));
  const ended = start => new Promise((resolve, reject) => start({ OnStartRunningUrl() {}, OnStopRunningUrl: (_, code) => (code ? reject(failure(code)) : resolve()) }));
  const pause = time => new Promise(resolve => setTimeout(resolve, time));
  const named = name => server.rootFolder.subFolders.find(f => f.name == name);
  // Looks until a message is there; a folder's update does not always say when it is done.
  const message = async (folder, subject) => {
    for (let i = 0; i < 60; i++) {
      await Promise.race([ended(l => folder.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, l)), pause(1000)]);
      const found = [...folder.messages].find(m => m.mime2DecodedSubject == subject);
      if (found) return found;
    }
    throw new Error(`${subject} did not come to ${folder.name}`);
  };
  const text = (folder, header) => new Promise((resolve, reject) => {
    const uri = folder.getUriForMsg(header);
    let data = "";
    MailServices.messageServiceFromURI(uri).streamMessage(uri, {
      onStartRequest() {},
      onDataAvailable(_, stream, offset, length) { data += NetUtil.readInputStreamToString(stream, length); },
      onStopRequest: (_, code) => (code ? reject(failure(code)) : resolve(data)),
    }, null, null, false, "", false);
  });

  await ended(l => MailServices.imap.discoverAllFolders(server.rootFolder, l, null));
  log.push("folders " + server.rootFolder.subFolders.map(f => f.name).sort().join(", "));
  const inbox = named("INBOX");
  const first = await message(inbox, "to be read");
  log.push("read " + (await text(inbox, first)).split("\r\n\r\n")[1].trim());

  inbox.markMessagesRead([first], true);
  inbox.markMessagesFlagged([first], true);
  inbox.addKeywordsToMessages([first], "$label1");
  // Marks and moves go over connections of their own: one that comes second finds the message gone, and is lost. The update takes its turn behind the marks.
  for (let i = 0; i < 2; i++)
    await Promise.race([ended(l => inbox.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, l)), pause(1000)]);
  server.rootFolder.createSubfolder("Kept", null);
  while (!named("Kept")) await pause(50);
  await new Promise((resolve, reject) => MailServices.copy.copyMessages(inbox, [first], named("Kept"), true, {
    QueryInterface: ChromeUtils.generateQI(["nsIMsgCopyServiceListener"]),
    onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId: () => null, onStopCopy: code => (code ? reject(failure(code)) : resolve()),
  }, null, false));
  log.push("kept " + (await message(named("Kept"), "to be read")).mime2DecodedSubject);

  const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
  Object.assign(fields, { from: "user1@example.com", to: "user1@example.com", subject: "by Thunderbird", fcc: named("Sent Items").URI });
  const file = Services.dirsvc.get("ProfD", Ci.nsIFile);
  file.append("written.eml");
  await IOUtils.writeUTF8(file.path, "From: user1@example.com\r\nTo: user1@example.com\r\nSubject: by Thunderbird\r\n\r\nWritten by it.\r\n");
  await new Promise((resolve, reject) => Cc["@mozilla.org/messengercompose/send;1"].createInstance(Ci.nsIMsgSend).sendMessageFile(
    identity, account.key, fields, file, true, false, Ci.nsIMsgSend.nsMsgDeliverNow, null, {
      QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener"]),
      onStartSending() {}, onProgress() {}, onStatus() {}, onGetDraftFolderURI() {}, onSendNotPerformed() {}, onTransportSecurityError(_, code) { reject(failure(code)); },
      onStopSending: (_, code) => (code ? reject(failure(code)) : resolve()),
    }, null, ""));
  const got = await message(inbox, "by Thunderbird");
  log.push("got " + (await text(inbox, got)).split("\r\n\r\n")[1].trim());
  log.push("copy " + (await message(named("Sent Items"), "by Thunderbird")).mime2DecodedSubject);
  return log;
})().then(done, e => done([...log, `error: ${e} ${e.stack || ""}`]));
