-- What a checkpoint needs, and what became of each audit file.

-- The rows that have their place in the chain but are not known to be on disk: the form of their lines and their ids in
-- the order of the chain, such as 'PLAIN 1-999,1004,1000-1003'; empty for none. It takes the place of a number in each row.
alter table journal drop column line_seq;
alter table chain drop column seq;
alter table chain drop column hash;
alter table chain add column placed text not null default '';

-- The last checkpoint on disk, and the hashes over the lines behind it (audit.MerkleTree: the roots of its full parts).
alter table chain add column checkpoint_seq bigint not null default 0;
alter table chain add column checkpoint_hash text not null default '';
alter table chain add column open_tree text not null default '';
alter table chain add column open_since bigint not null default 0;

-- Why the audit cannot be written, for the nodes that do not write it; null while it can.
alter table chain add column failing_since bigint;
alter table chain add column failure text;
-- The last thing that was found to be wrong with the files, for people.
alter table chain add column last_fault text;

-- What the folder of a node held when it was last written; the owner is empty where the store is one machine's.
create table audit_file (
  owner      text not null,
  name       text not null,
  first_seq  bigint not null,
  last_seq   bigint not null,
  last_hash  text not null,
  bytes      bigint not null,
  last_at    bigint not null,
  state      text not null default 'KEPT',  -- KEPT, FAULTY (told in the audit), or REMOVING (told as well)
  primary key (owner, name)
);

-- Rows that were not kept because too many wait for the file, until the audit tells how many.
create table audit_gap (
  action  text not null primary key,
  missing bigint not null,
  since   bigint not null
);
