// Thunderbird's own search for an account's servers, as its account dialog runs it: what it found, and whether the configuration's file is reached over TLS: not before the server's
// authority is trusted, and then with the certificate that the server made for itself.
const [address, password, authority, done] = arguments;
(async () => {
  const { FindConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/FindConfig.sys.mjs");
  const show = s => [s.type, s.hostname, s.port, s.username, s.exchangeURL || ""].join(" ").trim();
  const all = c => [c.incoming, ...c.incomingAlternatives, c.outgoing].filter(s => s.hostname).map(show);
  const file = "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=" + address;
  const reach = () => fetch(file).then(r => "TLS " + r.status, e => "TLS refused");
  const before = await reach();
  const pem = await IOUtils.readUTF8(authority);
  Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(pem.replace(/-----.*-----|\s/g, ""), "C,,");
  const after = await reach();
  const signal = new AbortController().signal;
  const search = FindConfig.parallelAutoDiscovery(address.split("@")[1], address, signal, password);
  let step = await search.next();
  while (!step.done) step = await search.next({ acceptRedirect: true });
  return [before, after, ...all(step.value)];
})().then(done, e => done(["error: " + e + (e.errors || []).map(x => "\n" + x + " " + x.url + " " + x.code).join("")]));
