-- What a tenant takes, by its own words or after it refused for the rate: requests a second, and until when that counts;
-- from then on it grows. Null: nobody knows.
alter table tenant add column max_rate double precision;
alter table tenant add column max_rate_until bigint;
