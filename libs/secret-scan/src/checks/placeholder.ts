/** Words that documentation puts where a secret goes; five letters or more, so that chance does not write them. */
const MARKS =
  /example|placeholder|change[-_]?me|redacted|dummy|insert|replace|your[-_]|yoursecret|yourtoken|yourapi|yourkey|fake[-_]|[xX]{6}|\*{3}|#{4}|\.{3}|\u2026|[-_]here\b/i;

/** Runs that a keyboard writes, not a generator: nine and more neighbours. */
const RUNS = /123456789|987654321|abcdefghi|ABCDEFGHI/;

export const isPlaceholder = (secret: string): boolean => MARKS.test(secret);

export const isSequence = (secret: string): boolean => RUNS.test(secret);

/** Values that stand for "no secret yet" in samples, images and defaults; compared whole, without case. */
const WEAK = new Set(
  `password passwd pass pwd secret token admin root user username guest test tests testing tester demo example sample default
  changeme change_me changeit change-me-please letmein qwerty placeholder dummy fake none null nil undefined true false empty todo tbd
  foo bar baz foobar foobarbaz foo123 bar123 abc abc123 abcd1234 pass123 test123 test1234 admin123 user123 secret123 password1 password123 passw0rd p4ssw0rd p@ssw0rd
  123 1234 12345 123456 1234567 12345678 123456789 1234567890 mypassword mypass mysecret mytoken my-secret my_secret my-password my_password mypassword123
  supersecret super-secret super_secret topsecret notasecret not-a-secret secretpassword secret-password secret_password testpassword test-password test_password
  postgres mysql mongo mongodb redis rabbitmq rabbit oracle sa docker vagrant minio minioadmin elastic kibana grafana jenkins nexus sonar keycloak
  db_password dbpassword dbpass db_pass userpass api_key apikey api-key access_token accesstoken hidden masked hunter2 s3cr3t s3cret secr3t value string`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** `${VAR}`, `{{ x }}`, `<TOKEN>`, `%s`, `$VAR`, `[...]`, `@Value`, `__X__`: filled in elsewhere. */
const REFERENCE =
  /^[<[({].{0,200}[>\])}]$|\$\{|\{\{|\$\(|<%|%\(|#\{|^\$[A-Za-z_]|^%[A-Za-z_]{1,60}%?$|^\{[\w.\- ]{0,60}\}|^<[\w .\-]{0,60}>|^__\w{1,60}__$|^!|^@@|^ENC\[|^vault:|^op:\/\/|^ssm:|^secretsmanager/;

/** Whether a password-like value is a reference, a well-known default or a sample rather than a secret. */
export function isStandIn(value: string): boolean {
  return WEAK.has(value.toLowerCase()) || REFERENCE.test(value) || isPlaceholder(value) || new Set(value).size < 4;
}
