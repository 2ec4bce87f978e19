"""WGS84 and the shifted datums of Chinese web maps: conversion, and which of them a layer is in."""
