#!/bin/bash
if ) then
