-- Airflow's own database in the warehouse's server: run once, when the server's data folder is made.
create role airflow login password 'airflow';
create database airflow owner airflow;
