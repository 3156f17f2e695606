-- What a host that uses Flyway has on the same class path, under the name of Trainwatch's first script.
create table users (name varchar(100) primary key);
