//! Connection strings as providers and other programs document them, each with its expected meaning.

use super::parse;

/// `user:password@host:port/dbname`, then the encryption and the options.
fn meaning(text: &str) -> String {
    let parts = parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let shown = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
    let mut meaning = format!(
        "{}:{}@{}:{}/{}",
        shown(parts.user),
        shown(parts.password.map(|password| password.reveal().to_owned())),
        shown(parts.host),
        shown(parts.port.map(|port| port.to_string())),
        shown(parts.dbname)
    );
    meaning.extend(parts.sslmode.map(|mode| format!(" {mode:?}")));
    meaning.extend(parts.sslrootcert.map(|file| format!(" by {file}")));
    meaning.extend(parts.channel_binding.map(|binding| format!(" binding {binding:?}")));
    meaning.extend(parts.options.map(|options| format!(" options {options}")));
    meaning
}

#[test]
fn strings_that_providers_hand_out_mean_here_what_they_mean_there() {
    for (text, meant) in [
        // Neon: direct, pooled, for clients without SNI, and the command that its console shows.
        (
            "postgresql://neondb_owner:npg_Ab1@ep-cool-darkness-123456.us-east-2.aws.neon.tech/neondb?sslmode=require&channel_binding=require",
            "neondb_owner:npg_Ab1@ep-cool-darkness-123456.us-east-2.aws.neon.tech:-/neondb Require binding Require",
        ),
        (
            "postgres://alex:pw@ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech/dbname?sslmode=require",
            "alex:pw@ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech:-/dbname Require",
        ),
        (
            "postgresql://alex:pw@ep-x-1.us-east-2.aws.neon.tech/dbname?options=endpoint%3Dep-x-1&sslmode=verify-full&sslrootcert=system",
            "alex:pw@ep-x-1.us-east-2.aws.neon.tech:-/dbname VerifyFull by system options endpoint=ep-x-1",
        ),
        (
            "psql 'postgresql://alex:pw@ep-x-1.us-east-2.aws.neon.tech/dbname?sslmode=require'",
            "alex:pw@ep-x-1.us-east-2.aws.neon.tech:-/dbname Require",
        ),
        // Supabase: direct, pooled by session, pooled by transaction as for Prisma and as Vercel passes it on.
        (
            "postgresql://postgres:pw@db.abcdefghijklmnop.supabase.co:5432/postgres",
            "postgres:pw@db.abcdefghijklmnop.supabase.co:5432/postgres",
        ),
        (
            "postgres://postgres.abcdefghijklmnop:pw@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
            "postgres.abcdefghijklmnop:pw@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
        ),
        (
            "postgres://postgres.abcdefghijklmnop:pw@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1",
            "postgres.abcdefghijklmnop:pw@aws-0-eu-central-1.pooler.supabase.com:6543/postgres",
        ),
        (
            "postgres://postgres.abc:pw@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require&supa=base-pooler.x",
            "postgres.abc:pw@aws-0-us-east-1.pooler.supabase.com:6543/postgres Require",
        ),
        // Amazon RDS.
        (
            "host=mydb.abc123xyz.us-east-1.rds.amazonaws.com port=5432 dbname=shop user=admin password=pw sslmode=verify-full sslrootcert=/certs/global-bundle.pem",
            "admin:pw@mydb.abc123xyz.us-east-1.rds.amazonaws.com:5432/shop VerifyFull by /certs/global-bundle.pem",
        ),
        (
            "jdbc:postgresql://mydb.abc123xyz.us-east-1.rds.amazonaws.com:5432/shop?ssl=true&user=admin&password=pw",
            "admin:pw@mydb.abc123xyz.us-east-1.rds.amazonaws.com:5432/shop Require",
        ),
        // Azure, the flexible server and the single one, whose users carry the server's name.
        (
            "host=srv.postgres.database.azure.com port=5432 dbname=postgres user=myadmin password='p w' sslmode=require",
            "myadmin:p w@srv.postgres.database.azure.com:5432/postgres Require",
        ),
        (
            "postgres://myadmin%40srv:pw@srv.postgres.database.azure.com/postgres?sslmode=require",
            "myadmin@srv:pw@srv.postgres.database.azure.com:-/postgres Require",
        ),
        (
            "jdbc:postgresql://srv.postgres.database.azure.com:5432/postgres?user=myadmin@srv&password=pw&sslmode=require",
            "myadmin@srv:pw@srv.postgres.database.azure.com:5432/postgres Require",
        ),
        // Heroku, Render (from inside and from outside), Railway.
        (
            "postgres://uabc:p3f@ec2-50-17-1-2.compute-1.amazonaws.com:5432/d5q",
            "uabc:p3f@ec2-50-17-1-2.compute-1.amazonaws.com:5432/d5q",
        ),
        ("postgresql://u:pw@dpg-abc123-a/shop", "u:pw@dpg-abc123-a:-/shop"),
        (
            "postgresql://u:pw@dpg-abc123-a.oregon-postgres.render.com/shop?sslmode=require",
            "u:pw@dpg-abc123-a.oregon-postgres.render.com:-/shop Require",
        ),
        (
            "postgresql://postgres:pw@roundhouse.proxy.rlwy.net:34567/railway",
            "postgres:pw@roundhouse.proxy.rlwy.net:34567/railway",
        ),
        // Aiven, DigitalOcean, CockroachDB.
        (
            "postgres://avnadmin:pw@pg-1-me.aivencloud.com:13060/defaultdb?sslmode=require",
            "avnadmin:pw@pg-1-me.aivencloud.com:13060/defaultdb Require",
        ),
        (
            "postgresql://doadmin:pw@db-postgresql-nyc1-1-do-user-1-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require",
            "doadmin:pw@db-postgresql-nyc1-1-do-user-1-0.b.db.ondigitalocean.com:25060/defaultdb Require",
        ),
        (
            "postgresql://max:pw@free-tier.gcp-us-central1.cockroachlabs.cloud:26257/defaultdb?sslmode=verify-full&options=--cluster%3Dfunny-cat-123",
            "max:pw@free-tier.gcp-us-central1.cockroachlabs.cloud:26257/defaultdb VerifyFull options --cluster=funny-cat-123",
        ),
    ] {
        assert_eq!(meaning(text), meant, "{text}");
    }
}

#[test]
fn strings_that_other_programs_write_are_read() {
    for (text, meant) in [
        ("postgresql+psycopg2://u:p@h:5433/d", "u:p@h:5433/d"),
        ("postgresql+asyncpg://u:p@h/d?ssl=require", "u:p@h:-/d Require"),
        ("postgres+psycopg://u:p%40q@h/d", "u:p@q@h:-/d"),
        ("postgis://u:p@h/d", "u:p@h:-/d"),
        ("jdbc:postgresql://h:5433/d?user=u&password=p&currentSchema=s&ssl=false", "u:p@h:5433/d"),
        ("r2dbc:postgresql://u:p@h/d", "u:p@h:-/d"),
        ("postgresql://u:p@h:5432/d?schema=public&sslmode=prefer&sslaccept=strict", "u:p@h:5432/d Prefer"),
        ("postgresql://u:p@h/d?sslmode=allow", "u:p@h:-/d Allow"),
        (
            "  postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=ca%20root.pem\n",
            "u:p@h:-/d VerifyCa by ca root.pem",
        ),
    ] {
        assert_eq!(meaning(text), meant, "{text}");
    }
}
