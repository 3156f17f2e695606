create table users (name varchar(100) primary key);
